"""Two databases, one app: the registrar knows people, the box knows answers, and nothing joins them."""

from typing import Any

# Names of deleted box tables stay here: old migrations would go to the wrong store without them.
BOX_MODELS = frozenset({"boxwave", "slip", "ballot", "closestep", "answers", "receipt", "comment"})


class StoreRouter:
    def db_for_read(self, model: type, **hints: Any) -> str:
        return store_of(model)

    def db_for_write(self, model: type, **hints: Any) -> str:
        return store_of(model)

    def allow_relation(self, one: object, other: object, **hints: Any) -> bool:
        # `__class__`, for the type of request.user is a lazy wrapper.
        return store_of(one.__class__) == store_of(other.__class__)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        if "store" in hints:
            return bool(hints["store"] == db)
        in_box = app_label == "ilt" and model_name in BOX_MODELS
        return in_box == (db == "box")


def store_of(model: type) -> str:
    meta = model._meta  # type: ignore[attr-defined]
    return "box" if meta.app_label == "ilt" and meta.model_name in BOX_MODELS else "default"
