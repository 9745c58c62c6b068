import type { Role } from '@tollgate/wire';

/** Who the demo is about: everything that a person would have set up by hand. Names are invented. */
export interface DemoOrganization {
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
  readonly billingMode: 'prepaid' | 'postpaid';
  /** A plan of its own with a markup on the list prices, in hundredths of a percent; null for the default prices. */
  readonly markupBasisPoints: number | null;
  /** How much busier the last day is than the first. */
  readonly growth: number;
  readonly projects: readonly DemoProject[];
}

export interface DemoProject {
  readonly name: string;
  readonly costCentre: string;
  /** US dollars a month. */
  readonly budget?: string;
  readonly keys: readonly DemoKey[];
}

export type Workload = 'assistant' | 'support' | 'extraction' | 'summaries' | 'coding' | 'labels' | 'evaluation';
export type Rhythm = 'office' | 'visitors' | 'night' | 'always';

export interface DemoKey {
  readonly name: string;
  /** Address of the person who owns it. */
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly workload: Workload;
  readonly rhythm: Rhythm;
  /** On a working day at the end of the month. */
  readonly requestsPerDay: number;
  readonly models: readonly ModelShare[];
  readonly surface?: 'anthropic-messages';
  /** US dollars a month. */
  readonly budget?: string;
  readonly requestsPerMinute?: number;
  /** Days before the demo's end; 90 by default. */
  readonly createdDaysAgo?: number;
  readonly expiredDaysAgo?: number;
  readonly revokedDaysAgo?: number;
  /** On one night its job calls itself again and again. */
  readonly runsAway?: true;
}

interface ModelShare {
  readonly model: string;
  readonly share: number;
  /** The model to which its share moves in the middle of the month. */
  readonly movesTo?: string;
}

export interface DemoPerson {
  readonly email: string;
  readonly name: string;
  readonly operator?: true;
  readonly roles: readonly { readonly organization: string; readonly role: Role }[];
}

export const PEOPLE: readonly DemoPerson[] = [
  { email: 'olivia@tollgate.example', name: 'Olivia Grant', operator: true, roles: [] },
  { email: 'noor@halden.example', name: 'Noor Haddad', roles: [{ organization: 'halden', role: 'owner' }] },
  { email: 'anton@halden.example', name: 'Anton Weiss', roles: [{ organization: 'halden', role: 'admin' }] },
  {
    email: 'dana@halden.example',
    name: 'Dana Reyes',
    roles: [
      { organization: 'halden', role: 'developer' },
      { organization: 'brightwater', role: 'admin' },
    ],
  },
  { email: 'felix@halden.example', name: 'Felix Okoye', roles: [{ organization: 'halden', role: 'finance' }] },
  { email: 'vera@halden.example', name: 'Vera Lindqvist', roles: [{ organization: 'halden', role: 'viewer' }] },
  { email: 'marta@brightwater.example', name: 'Marta Sole', roles: [{ organization: 'brightwater', role: 'owner' }] },
  { email: 'pip@pipkin.example', name: 'Pip Arden', roles: [{ organization: 'pipkin', role: 'owner' }] },
  { email: 'kei@kestrel.example', name: 'Kei Morita', roles: [{ organization: 'kestrel', role: 'owner' }] },
];

/** A product company: most of the traffic, an agent that runs away, and a move to a cheaper model. */
const HALDEN: DemoOrganization = {
  slug: 'halden',
  name: 'Halden Software',
  timeZone: 'Europe/Berlin',
  billingMode: 'postpaid',
  markupBasisPoints: null,
  growth: 1.5,
  projects: [
    {
      name: 'Assistant',
      costCentre: '4100 Product',
      budget: '600',
      keys: [
        {
          name: 'Assistant production',
          tags: ['env:production', 'feature:assistant'],
          workload: 'assistant',
          rhythm: 'visitors',
          requestsPerDay: 1400,
          models: [
            { model: 'gpt-5.5', share: 0.7, movesTo: 'gpt-6-sol' },
            { model: 'claude-sonnet-5', share: 0.2 },
            { model: 'gpt-5.4-mini', share: 0.1 },
          ],
          requestsPerMinute: 600,
        },
        {
          name: 'Assistant staging',
          owner: 'dana@halden.example',
          tags: ['env:staging', 'feature:assistant'],
          workload: 'assistant',
          rhythm: 'office',
          requestsPerDay: 60,
          models: [{ model: 'gpt-5.5', share: 1, movesTo: 'gpt-6-sol' }],
        },
        {
          name: 'Voice prototype',
          owner: 'dana@halden.example',
          tags: ['env:staging', 'feature:voice'],
          workload: 'assistant',
          rhythm: 'office',
          requestsPerDay: 12,
          models: [{ model: 'gpt-6-luna', share: 1 }],
          createdDaysAgo: 3,
        },
      ],
    },
    {
      name: 'Support desk',
      costCentre: '2200 Customer care',
      keys: [
        {
          name: 'Ticket triage',
          tags: ['env:production', 'feature:triage'],
          workload: 'labels',
          rhythm: 'visitors',
          requestsPerDay: 900,
          models: [
            { model: 'gpt-4o-mini', share: 0.6, movesTo: 'gpt-6-luna' },
            { model: 'gpt-5.4-nano', share: 0.4 },
          ],
        },
        {
          name: 'Reply drafts',
          tags: ['env:production', 'feature:replies'],
          workload: 'support',
          rhythm: 'office',
          requestsPerDay: 420,
          models: [
            { model: 'claude-haiku-4-5', share: 0.75 },
            { model: 'gpt-5.4-mini', share: 0.25 },
          ],
          surface: 'anthropic-messages',
        },
      ],
    },
    {
      name: 'Internal tools',
      costCentre: '1900 Engineering',
      keys: [
        {
          name: 'Coding agents',
          owner: 'anton@halden.example',
          tags: ['team:engineering'],
          workload: 'coding',
          rhythm: 'office',
          requestsPerDay: 260,
          models: [
            { model: 'claude-sonnet-5', share: 0.7 },
            { model: 'claude-opus-5-5', share: 0.3 },
          ],
          surface: 'anthropic-messages',
        },
        {
          name: 'Nightly report agent',
          owner: 'dana@halden.example',
          tags: ['team:data', 'feature:reports'],
          workload: 'summaries',
          rhythm: 'night',
          requestsPerDay: 40,
          models: [{ model: 'claude-opus-5-5', share: 1 }],
          budget: '75',
          runsAway: true,
        },
        {
          name: 'Hackathon',
          owner: 'anton@halden.example',
          tags: ['env:staging'],
          workload: 'assistant',
          rhythm: 'office',
          requestsPerDay: 45,
          models: [{ model: 'gpt-5.4-mini', share: 1 }],
          expiredDaysAgo: 12,
        },
      ],
    },
  ],
};

/** An agency: clients are projects with cost centres, and what they use is charged on with a markup. */
const BRIGHTWATER: DemoOrganization = {
  slug: 'brightwater',
  name: 'Studio Brightwater',
  timeZone: 'America/New_York',
  billingMode: 'postpaid',
  markupBasisPoints: 1200,
  growth: 1.15,
  projects: [
    {
      name: 'Alder Bank',
      costCentre: 'C-1041',
      budget: '80',
      keys: [
        {
          name: 'Alder contract reader',
          tags: ['client:alder', 'feature:extraction'],
          workload: 'extraction',
          rhythm: 'office',
          requestsPerDay: 380,
          models: [
            { model: 'gpt-5.4-mini', share: 0.6 },
            { model: 'claude-haiku-4-5', share: 0.4 },
          ],
        },
      ],
    },
    {
      name: 'Voss Outdoor',
      costCentre: 'C-1057',
      keys: [
        {
          name: 'Voss shop assistant',
          tags: ['client:voss', 'feature:assistant'],
          workload: 'assistant',
          rhythm: 'visitors',
          requestsPerDay: 520,
          models: [
            { model: 'gpt-5.4-mini', share: 0.8 },
            { model: 'gpt-4o-mini', share: 0.2 },
          ],
        },
      ],
    },
    {
      name: 'City Library',
      costCentre: 'C-1060',
      keys: [
        {
          name: 'Library summaries',
          tags: ['client:library', 'feature:summaries'],
          workload: 'summaries',
          rhythm: 'office',
          requestsPerDay: 150,
          models: [{ model: 'claude-haiku-4-5', share: 1 }],
        },
        {
          name: 'Library pilot',
          tags: ['client:library'],
          workload: 'assistant',
          rhythm: 'office',
          requestsPerDay: 40,
          models: [{ model: 'gpt-4o-mini', share: 1 }],
          revokedDaysAgo: 16,
        },
      ],
    },
    {
      name: 'Studio',
      costCentre: 'INT',
      keys: [
        {
          name: 'Copywriting',
          owner: 'marta@brightwater.example',
          tags: ['team:copy'],
          workload: 'support',
          rhythm: 'office',
          requestsPerDay: 110,
          models: [
            { model: 'claude-sonnet-5', share: 0.8 },
            { model: 'gpt-5.5', share: 0.2 },
          ],
        },
      ],
    },
  ],
};

/** A start-up that pays in advance and grows quickly towards the end of its credit. */
const PIPKIN: DemoOrganization = {
  slug: 'pipkin',
  name: 'Pipkin Labs',
  timeZone: 'America/Los_Angeles',
  billingMode: 'prepaid',
  markupBasisPoints: null,
  growth: 3,
  projects: [
    {
      name: 'Pipkin app',
      costCentre: 'APP',
      keys: [
        {
          name: 'App backend',
          owner: 'pip@pipkin.example',
          tags: ['env:production'],
          workload: 'assistant',
          rhythm: 'visitors',
          requestsPerDay: 820,
          models: [
            { model: 'gpt-5.4-mini', share: 0.6 },
            { model: 'gpt-4o-mini', share: 0.2 },
            { model: 'claude-sonnet-5', share: 0.2 },
          ],
          requestsPerMinute: 120,
        },
        {
          name: 'Experiments',
          owner: 'pip@pipkin.example',
          tags: ['env:staging'],
          workload: 'coding',
          rhythm: 'office',
          requestsPerDay: 35,
          models: [{ model: 'claude-sonnet-5', share: 1 }],
        },
      ],
    },
  ],
};

/** A research group: long batches at night under the budget of their project. */
const KESTREL: DemoOrganization = {
  slug: 'kestrel',
  name: 'Kestrel Research',
  timeZone: 'Asia/Tokyo',
  billingMode: 'postpaid',
  markupBasisPoints: null,
  growth: 1,
  projects: [
    {
      name: 'Benchmarks',
      costCentre: 'GRANT-7',
      budget: '120',
      keys: [
        {
          name: 'Evaluation runs',
          owner: 'kei@kestrel.example',
          tags: ['run:nightly'],
          workload: 'evaluation',
          rhythm: 'night',
          requestsPerDay: 1100,
          models: [
            { model: 'gpt-5.4-nano', share: 0.4 },
            { model: 'gpt-6-luna', share: 0.2 },
            { model: 'claude-haiku-5-5', share: 0.3 },
            { model: 'claude-opus-5-5', share: 0.1 },
          ],
        },
        {
          name: 'Notebook',
          owner: 'kei@kestrel.example',
          tags: ['run:manual'],
          workload: 'summaries',
          rhythm: 'office',
          requestsPerDay: 70,
          models: [{ model: 'gpt-5.4-mini', share: 1 }],
        },
      ],
    },
  ],
};

export const ORGANIZATIONS: readonly DemoOrganization[] = [HALDEN, BRIGHTWATER, PIPKIN, KESTREL];

/** The key whose secret is shown, so that one may call the demo with an SDK at once. */
export const SHOWN_KEY = 'Assistant staging';
