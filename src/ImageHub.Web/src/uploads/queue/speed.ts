/** Speed and time left, from what went through in the last seconds: a mean over everything would notice no change. */
export class SpeedEstimate {
  private samples: Sample[] = [];

  constructor(private readonly seconds = 15) {}

  /** `sent`: bytes on the wire so far; `settled`: of the files' bytes, how many are dealt with. `at`: milliseconds. */
  note(sent: number, settled: number, at: number) {
    this.samples.push({ sent, settled, at });
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > this.seconds * 1000) this.samples.shift();
  }

  /** After a pause: what was before says nothing about what comes. */
  restart() {
    this.samples = [];
  }

  /** Bytes a second; null until there is enough to go by. */
  get speed(): number | null {
    return this.rate((sample) => sample.sent);
  }

  /** Seconds until `remaining` bytes are dealt with; null while nobody can tell. */
  left(remaining: number): number | null {
    const rate = this.rate((sample) => sample.settled);
    return rate === null || rate <= 0 ? null : remaining / rate;
  }

  private rate(of: (sample: Sample) => number): number | null {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 1500) return null;
    return Math.max(0, (of(last) - of(first)) / ((last.at - first.at) / 1000));
  }
}

interface Sample {
  sent: number;
  settled: number;
  at: number;
}
