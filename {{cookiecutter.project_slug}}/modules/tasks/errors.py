"""What a job raises to speak to the one who asked for it."""


class JobError(Exception):
    """Ends a job as failed, without another attempt; its text is shown to the job's owner."""
