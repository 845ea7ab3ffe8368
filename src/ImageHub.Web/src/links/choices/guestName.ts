import type { Schemas } from "../../api/client";
import { deskText } from "../../text/desk";

export type Guest = Schemas["GuestChoice"];

/** A guest's name, or a numbered name if the guest has none. `index` starts at 0. */
export const guestNameOf = ({ name }: Guest, index: number) => name ?? deskText.choices.guest(index + 1);
