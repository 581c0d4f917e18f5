from tests.cast import Cast


def test_a_teacher_opens_her_school(cast: Cast) -> None:
    response = cast.browser_of(cast.cleo).get("/", follow=True)
    assert response.redirect_chain == [(f"/school/{cast.school.id}", 302)]


def test_a_foreign_school_does_not_exist(cast: Cast) -> None:
    assert cast.browser_of(cast.dora).get(f"/school/{cast.school.id}").status_code == 404
