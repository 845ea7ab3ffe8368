/** Estimates the speed and the remaining time from the last seconds: an overall mean would not follow changes. */
export class SpeedEstimate {
  private samples: Sample[] = [];

  constructor(private readonly seconds = 15) {}

  /** `sent`: bytes sent so far; `settled`: settled bytes of the files; `at`: milliseconds. */
  note(sent: number, settled: number, at: number) {
    this.samples.push({ sent, settled, at });
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > this.seconds * 1000) this.samples.shift();
  }

  /** Discards the samples, because samples from before a pause do not describe the new speed. */
  restart() {
    this.samples = [];
  }

  /** Bytes per second; null without enough samples. */
  get speed(): number | null {
    return this.rate((sample) => sample.sent);
  }

  /** Seconds until `remaining` bytes are settled; null if it cannot be estimated. */
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
