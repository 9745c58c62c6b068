import { z } from 'zod';

/** `prepaid`: nothing is served beyond what was paid for or given. `postpaid`: usage is owed. */
export const billingMode = z.enum(['prepaid', 'postpaid']).meta({ id: 'BillingMode' });
