"""Tasks of a room over HTTP: a measured profile of the host's own, the times of phases, a file of tasks."""

from tests.app.http.test_rooms import ADA, BERT, Room

OWN = {
    "kind": "profile", "text": "How does it fall?", "low": -6, "high": 3, "points": 2,
    "measured": "net=,depths:2-2,widths:4-8,stem:cifar,stem_width:4,norm:none,block:basic,skips:false&batch_size=16",
}  # fmt: skip


def test_a_profile_of_the_hosts_own_is_drawn_and_measured_here(room: Room) -> None:
    for key in (ADA, BERT):
        room.join(key)
    refused = room.change(task={"title": "Draw", "question": OWN, "truth": [1.0, 1.0]})
    assert (refused.status_code, refused.json()["field"]) == (422, "task.truth")
    seen = room.done(task={"title": "Draw", "question": OWN, "seconds": {"discuss": 90}})
    question = seen["question"]
    assert (question["at"], question["stages"], question["known"]) == ([1, 3], [2, 2], 4)
    assert question["axis"] == "gradient RMS at each block, over that at block 4"
    assert room.answer(ADA, [0.1]).status_code == 422
    assert room.answer(ADA, [0.01, 0.1]).status_code == 200
    assert room.answer(BERT, [1, 1], sure=5).status_code == 200
    assert 80 < room.done(phase="discuss")["ends"] - seen["now"] <= 95
    payloads = [room.change(phase="measure").text, room.stream(), room.host().text]
    typed = room.change(truth=[1.0, 1.0])
    assert (typed.status_code, typed.json()["field"]) == (422, "truth")
    shown = room.done(phase="reveal")
    profile, truth = shown["profile"], shown["truth"]
    assert (len(profile), profile[3], truth) == (4, 1.0, [profile[0], profile[2]])
    assert shown["distribution"]["blocks"][0]["quartiles"] == [-1.5, -1.0, -0.5]
    for text in payloads:
        assert str(truth[0]) not in text
        assert '"profile":null' in text
    exported = room.host("export", format="csv").text
    assert f"{truth[0]:.4g} {truth[1]:.4g}" in exported
    assert room.change(phase="predict", truth=[1.0, 1.0]).status_code == 422


def test_a_step_of_learn_has_the_times_that_the_host_gives(room: Room) -> None:
    seen = room.done(lesson={"lesson": "problem", "step": 1, "seconds": {"predict": 60, "discuss": 90}})
    assert 55 < seen["ends"] - seen["now"] <= 60
    assert seen["question"]["axis"] == "gradient RMS at block 1, over that at block 27"
    later = room.done(phase="discuss")
    assert 85 < later["ends"] - later["now"] <= 90
    assert room.done(phase="predict_again")["ends"] is None


def test_a_file_of_tasks_is_read_by_the_server_and_each_can_be_sent(room: Room) -> None:
    file = [
        {"title": "How small?", "wish": {"lesson": {"lesson": "problem", "step": 1, "seconds": {"predict": 60}}}},
        {"title": "Draw", "wish": {"task": {"title": "Draw", "question": OWN}}},
        {"title": "Lesions", "wish": {"task": {"title": "Lesions", "address": "/lab?kind=lesions"}}},
    ]
    read = room.http.post(f"{room.url}/tasks", json=file, headers=room.secret)
    assert read.json() == file
    for one in read.json():
        assert room.change(**one["wish"]).status_code == 200
    wrong = [*file, {"title": "x", "wish": {"task": {"title": "x", "address": "//elsewhere.example"}}}]
    refused = room.http.post(f"{room.url}/tasks", json=wrong, headers=room.secret)
    assert refused.status_code == 422
    assert refused.json()["field"].startswith("3.wish.task.address")
    assert room.http.post(f"{room.url}/tasks", json=file).status_code == 403
