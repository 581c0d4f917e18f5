"""What import contracts cannot see: relations between tables, string foreign keys included."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from ilt.project.stores import BOX_MODELS

ROOT = Path(__file__).parents[2]


def height_of_slices() -> dict[str, int]:
    """Each slice's height, read from the import contract, so that both always say the same."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "slices")
    return {name: -i for i, layer in enumerate(layers) for name in layer.split(" | ")}


def slice_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def relations(tables: list[type[models.Model]]) -> Iterator[tuple[type[models.Model], models.ForeignKey]]:  # type: ignore[type-arg]
    for model in tables:
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created:
                yield model, field  # type: ignore[misc]


def upward(tables: list[type[models.Model]]) -> list[str]:
    height = height_of_slices()
    return [
        f"{model.__name__}.{field.name}"
        for model, field in relations(tables)
        if height[slice_of(field.related_model)] > height[slice_of(model)]
        or (
            (height[slice_of(field.related_model)] == height[slice_of(model)])
            and slice_of(field.related_model) != slice_of(model)
        )
    ]


def named_backwards(tables: list[type[models.Model]]) -> list[str]:
    return [
        f"{model.__name__}.{field.name}"
        for model, field in relations(tables)
        if slice_of(field.related_model) != slice_of(model) and field.remote_field.related_name != "+"
    ]


def touching_the_box(tables: list[type[models.Model]]) -> list[str]:
    return [
        f"{model.__name__}.{field.name}"
        for model, field in relations(tables)
        if {model._meta.model_name, field.related_model._meta.model_name} & BOX_MODELS
    ]


def ours() -> list[type[models.Model]]:
    return list(apps.get_app_config("ilt").get_models())


@pytest.mark.parametrize("rule", [upward, named_backwards, touching_the_box])
def test_no_relation_breaks_the_rule(rule) -> None:  # type: ignore[no-untyped-def]
    assert ours()
    assert rule(ours()) == []


@isolate_apps("ilt", attr_name="apps")
def test_planted_relations_are_found() -> None:
    class Answers(models.Model):
        class Meta:
            app_label = "ilt"

    class Wave(models.Model):
        class Meta:
            app_label = "ilt"

    class Membership(models.Model):
        wave = models.ForeignKey("ilt.Wave", on_delete=models.CASCADE)
        answers = models.ForeignKey("ilt.Answers", on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "ilt"

    Answers.__module__, Wave.__module__ = "ilt.collection.models", "ilt.cycle.models"
    Membership.__module__ = "ilt.roster.models"
    planted: list[type[models.Model]] = [Answers, Wave, Membership]
    assert upward(planted) == ["Membership.wave"]
    assert named_backwards(planted) == ["Membership.wave"]
    assert touching_the_box(planted) == ["Membership.answers"]
