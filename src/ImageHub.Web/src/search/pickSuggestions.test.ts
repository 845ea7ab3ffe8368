import { expect, it, vi } from "vitest";
import { pickSuggestions } from "./pickSuggestions";

vi.mock("../text/locale", () => ({ locale: "en-US" }));

const of = (groupId: string, ...names: string[]) => names.map((name) => ({ groupId, name }));

const names = (found: { groupId: string; name: string }[]) =>
  pickSuggestions(found, ({ name }) => name).map(({ groupId, name }) => `${groupId}: ${name}`);

it("suggests at most three photos of a group, in the natural order of their names", () => {
  expect(names(of("a", "Lake 12", "Lake 10", "Lake 2", "Lake 1"))).toEqual(["a: Lake 1", "a: Lake 2", "a: Lake 10"]);
});

it("keeps the groups in the order in which they were found", () => {
  expect(names([...of("b", "Lake 9"), ...of("a", "Lake 8"), ...of("b", "Lake 7")])).toEqual([
    "b: Lake 7",
    "b: Lake 9",
    "a: Lake 8",
  ]);
});

it("suggests at most six photos", () => {
  expect(names([...of("a", "1", "2", "3"), ...of("b", "1", "2"), ...of("c", "1", "2")])).toEqual([
    "a: 1",
    "a: 2",
    "a: 3",
    "b: 1",
    "b: 2",
    "c: 1",
  ]);
});
