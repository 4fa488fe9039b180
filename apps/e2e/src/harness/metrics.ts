/** Metrics of a process at one time. */
export class Metrics {
  /** @param text metrics in Prometheus' text format */
  constructor(readonly text: string) {}

  /**
   * Adds up the samples of a metric.
   *
   * @param name name of the metric
   * @param label only samples with this label, e.g. `outcome="failed"`
   * @returns 0 when there is none
   */
  sum(name: string, label = ''): number {
    return this.text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }
}
