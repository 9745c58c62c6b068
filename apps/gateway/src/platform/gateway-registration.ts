import type { Database } from '@tollgate/database';

const HEARTBEAT_MS = 10_000;

/** This gateway's row among the registered ones: month close asks how far each has forwarded. */
export class GatewayRegistration {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly database: Database,
    private readonly gatewayId: string,
  ) {
    this.timer = setInterval(() => void this.beat(), HEARTBEAT_MS).unref();
  }

  static async register(database: Database, gatewayId: string): Promise<GatewayRegistration> {
    await database.prisma.gatewayRegistration.create({ data: { id: gatewayId } });
    return new GatewayRegistration(database, gatewayId);
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    const stoppedAt = new Date();
    await this.update({ stoppedAt, forwardedTo: stoppedAt });
  }

  private beat(): Promise<void> {
    return this.update({ heartbeatAt: new Date() });
  }

  private async update(data: { heartbeatAt?: Date; stoppedAt?: Date; forwardedTo?: Date }): Promise<void> {
    // a database that is away is noticed and told elsewhere
    await this.database.prisma.gatewayRegistration.update({ where: { id: this.gatewayId }, data }).catch(() => undefined);
  }
}
