/** The reasons for sending a file again. */
export type Trouble = "busy" | "unreachable" | "elsewhere" | "gone";

/** The maximum number of automatic tries for each reason. */
const tries: Record<Trouble, number> = { unreachable: 4, busy: 8, elsewhere: 8, gone: 8 };

export const noTries = (): Record<Trouble, number> => ({ unreachable: 0, busy: 0, elsewhere: 0, gone: 0 });

/** The maximum wait without `Retry-After`, in seconds. Waits double up to this limit. */
const longest = 15;

/** Whether to give up a file after this number of tries. `QueueContext.shouldGiveUp` makes an exception while the server is unreachable. */
export const givesUp = (trouble: Trouble, tried: number) => tried >= tries[trouble];

/** Seconds until the next try: the time that the server asked for, or a wait that doubles with each try. */
export const pauseOf = (asked: number | null, waits: number) => asked ?? Math.min(longest, 2 ** waits);

/** The maximum number of renewed sessions for one file or announcement. */
export const maxSignIns = 4;
