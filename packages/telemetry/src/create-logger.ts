import { destination as fileDestination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { redactSecrets } from './redact-secrets.js';

export interface LoggerOptions {
  /** Which process writes: `gateway`, `worker`. */
  readonly service: string;
  /** Standard output when absent. */
  readonly destination?: DestinationStream;
}

/**
 * A logger of JSON lines. Every line is redacted as a whole, just before it leaves: no nesting, error, child binding
 * or message escapes.
 */
export function createLogger(config: { readonly logLevel: string }, options: LoggerOptions): Logger {
  // synchronous: the last lines before a crash are the ones that matter
  const destination = options.destination ?? fileDestination({ fd: 1, sync: true });
  return pino(
    {
      level: config.logLevel,
      base: { service: options.service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => destination.write(redactSecrets(line)) },
  );
}
