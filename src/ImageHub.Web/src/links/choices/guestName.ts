import type { Schemas } from "../../api/client";
import { deskText } from "../../text/desk";

export type Guest = Schemas["GuestChoice"];

/** What a guest is called; one without a name by the place among the guests, from 0. */
export const guestNameOf = ({ name }: Guest, index: number) => name ?? deskText.choices.guest(index + 1);
