"""What clients see of a job."""

from __future__ import annotations

from marshmallow.validate import OneOf

from modules.api.services import ModelSchema, fields

from .models import STATES, Job


class JobSchema(ModelSchema):
    state = fields.Text(validate=OneOf(STATES), required=True)

    class Meta:
        model = Job
        fields = (
            "id",
            "name",
            "state",
            "progress",
            "progress_text",
            "result",
            "error",
            "attempts",
            "created_at",
            "started_at",
            "finished_at",
        )
