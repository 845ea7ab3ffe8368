import { pauseOf } from "./retry";

/** The reason for a wait, and the end of the wait in milliseconds since 1970. */
export interface Wait {
  why: "busy" | "unreachable";
  until: number;
}

/** A wait that applies to all files. */
export class SharedWait {
  private wait: Wait | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The number of waits since the last answer, without waits that the server asked for. Waits grow with this number. */
  private sinceAnswer = 0;

  /** `changed`: called when a wait begins or ends. */
  constructor(private readonly changed: () => void) {}

  get current(): Wait | null {
    return this.wait;
  }

  answered() {
    this.sinceAnswer = 0;
  }

  /** `asked`: the seconds that the server asked for; null without them. */
  begin(why: Wait["why"], asked: number | null) {
    // Concurrent requests fail for the same reason and do not lengthen the wait.
    if (asked === null && this.wait !== null) return;
    const until = Date.now() + pauseOf(asked, this.sinceAnswer) * 1000;
    if (asked === null) this.sinceAnswer++;
    // The longest wait applies.
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
