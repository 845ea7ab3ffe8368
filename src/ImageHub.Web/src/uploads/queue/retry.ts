/** Why a file is sent again later. */
export type Trouble = "busy" | "unreachable" | "elsewhere" | "gone";

/** A file is tried this often by itself. */
const tries: Record<Trouble, number> = { unreachable: 4, busy: 8, elsewhere: 8, gone: 8 };

/** Where the server does not say how long, the waits double up to this (seconds). */
const longest = 15;

/** Whether a file that has been tried so often is given up. While the server is away no file is to blame. */
export const givesUp = (trouble: Trouble, tried: number) => tried >= tries[trouble];

/** Seconds until the next try: as long as the server asks for, else longer each time since the last answer. */
export const pauseOf = (asked: number | null, waits: number) => asked ?? Math.min(longest, 2 ** waits);

/** The session is renewed at most this often for one file or announcement. */
export const maxSignIns = 4;
