import { pauseOf } from "./retry";

/** Why nothing is sent at the moment, and until when (milliseconds since 1970). */
export interface Wait {
  why: "busy" | "unreachable";
  until: number;
}

/** The waits that all files share. */
export class SharedWait {
  private wait: Wait | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** SharedWait since the last answer: each is longer than the one before. */
  private sinceAnswer = 0;

  /** `changed`: a wait has begun, or ended. */
  constructor(private readonly changed: () => void) {}

  get current(): Wait | null {
    return this.wait;
  }

  answered() {
    this.sinceAnswer = 0;
  }

  /** `asked`: for so many seconds; null: nobody said how long. */
  begin(why: Wait["why"], asked: number | null) {
    // Those that were under way with it fail with it, which says nothing new.
    if (asked === null && this.wait !== null) return;
    const until = Date.now() + pauseOf(asked, this.sinceAnswer) * 1000;
    if (asked === null) this.sinceAnswer++;
    // The longest wait counts.
    if (this.wait === null || this.wait.until < until) this.set({ why, until });
  }

  end() {
    if (this.wait !== null) this.set(null);
  }

  private set(wait: Wait | null) {
    clearTimeout(this.timer);
    this.wait = wait;
    if (wait !== null) this.timer = setTimeout(() => this.end(), Math.max(0, wait.until - Date.now()));
    this.changed();
  }
}
