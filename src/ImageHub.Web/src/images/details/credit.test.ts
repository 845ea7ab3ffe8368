import { expect, it } from "vitest";
import { creditOf } from "./credit";

it("joins the photographer and the notice, unless the notice names the photographer", () => {
  expect(creditOf({ creator: "Ada Example", copyright: "All rights reserved" })).toBe(
    "Ada Example · All rights reserved",
  );
  expect(creditOf({ creator: "Ada Example", copyright: "© 2026 Ada Example" })).toBe("© 2026 Ada Example");
  expect(creditOf({ creator: "Ada Example", copyright: null })).toBe("Ada Example");
  expect(creditOf({ creator: null, copyright: null })).toBe("");
});
