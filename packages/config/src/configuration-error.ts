/** Everything that is wrong with the configuration, in one go. Never holds a value: it may be a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** One sentence each, beginning with the variable's name. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration is not valid: ${problems.join('; ')}`);
    this.problems = problems;
  }
}
