/** A counter that costs one addition: Prometheus reads it when it scrapes. */
export class HotCounter {
  /** Only ever raised. */
  value = 0;
}
