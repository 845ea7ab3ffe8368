import { expect, test } from "vitest";
import { movesOf } from "./order";

/** "b2* a1": image b, second to finish, new; a, first, placed before. */
const batch = (words: string) =>
  words.split(" ").map((word) => ({
    imageId: word.replace(/\d+\*?$/, ""),
    finishedAt: Number(/\d+/.exec(word)?.[0]) * 1000,
    isNew: word.endsWith("*"),
  }));

test.each([
  ["finished as dropped", "a1* b2* c3*", []],
  ["alone", "a1*", []],
  ["passed by another", "a2* b1* c3*", [{ after: "a", ids: ["b", "c"] }]],
  ["tried again later", "a1 b9* c2 d3", [{ after: "a", ids: ["b"] }]],
  [
    "two tried again, apart",
    "a1 b9* c2 d8*",
    [
      { after: "a", ids: ["b"] },
      { after: "c", ids: ["d"] },
    ],
  ],
  ["two tried again, together", "a1 b9* c8* d2", [{ after: "a", ids: ["b", "c"] }]],
  ["the first tried again: the others follow it", "a9* b1 c2", [{ after: "a", ids: ["b", "c"] }]],
  ["nothing new", "a2 b1", []],
])("Moves: %s", (_, words, expected) => {
  expect(movesOf(batch(words))).toEqual(expected);
});

test("Answers close together may have passed each other", () => {
  const close = batch("a1* b2*").map((placed, index) => ({ ...placed, finishedAt: index * 5 }));
  expect(movesOf(close)).toEqual([{ after: "a", ids: ["b"] }]);
});

test("More than the server takes at once go in several moves", () => {
  const many = Array.from({ length: 2500 }, (_, index) => ({ imageId: `${index}`, finishedAt: -index, isNew: true }));
  const moves = movesOf(many);
  expect(moves.map(({ after, ids }) => [after, ids.length])).toEqual([
    ["0", 1000],
    ["1000", 1000],
    ["2000", 499],
  ]);
});
