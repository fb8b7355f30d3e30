from . import module


@module.get("/<name>")
def greet(name: str) -> dict[str, str]:
    return {"greeting": f"Hello, {name}!"}
