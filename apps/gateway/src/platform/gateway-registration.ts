import type { Database } from '@tollgate/database';

const HEARTBEAT_MS = 10_000;

/** This gateway's row among the registered ones: month close asks how far each has forwarded. */
export class GatewayRegistration {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly database: Database,
    private readonly gatewayId: string,
    private readonly forwardedTo: () => number | null,
  ) {
    this.timer = setInterval(() => void this.beat(), HEARTBEAT_MS).unref();
  }

  /** @param forwardedTo Unix milliseconds up to which everything that was journaled is in Postgres. */
  static async register(
    database: Database,
    gatewayId: string,
    forwardedTo: () => number | null,
  ): Promise<GatewayRegistration> {
    await database.prisma.gatewayRegistration.create({ data: { id: gatewayId } });
    return new GatewayRegistration(database, gatewayId, forwardedTo);
  }

  /**
   * @param everythingForwarded whether all that this gateway has journaled is in Postgres. What is not, is adopted by
   * another gateway some day; until then its usage is missing from the books, and a month must not be closed over it.
   */
  async end(everythingForwarded: boolean): Promise<void> {
    clearInterval(this.timer);
    const stoppedAt = new Date();
    await this.update({ stoppedAt, ...(everythingForwarded ? { forwardedTo: stoppedAt } : this.progress()) });
  }

  private beat(): Promise<void> {
    return this.update({ heartbeatAt: new Date(), ...this.progress() });
  }

  private progress(): { forwardedTo?: Date } {
    const forwardedTo = this.forwardedTo();
    return forwardedTo === null ? {} : { forwardedTo: new Date(forwardedTo) };
  }

  private async update(data: { heartbeatAt?: Date; stoppedAt?: Date; forwardedTo?: Date }): Promise<void> {
    // a database that is away is noticed and told elsewhere
    await this.database.prisma.gatewayRegistration
      .update({ where: { id: this.gatewayId }, data })
      .catch(() => undefined);
  }
}
