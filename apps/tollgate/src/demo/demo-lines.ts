import { ORGANIZATIONS, PEOPLE } from './cast.js';
import type { DemoFile } from './demo-file.js';

/** Who may sign in to the demo, by which password, and a key that can be called at once. */
export function demoLines({ password, apiKey }: DemoFile): string {
  const rows = PEOPLE.map(({ email, name, operator, roles }) => {
    const places = roles.map(({ organization, role }) => `${role} of ${nameOf(organization)}`);
    return [email, name, operator === true ? 'operator' : places.join(', ')] as const;
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    ([email, name, role]) => `  ${email.padEnd(widths[0] ?? 0)}  ${name.padEnd(widths[1] ?? 0)}  ${role}`,
  );
  return `This is a demo: organizations, people and traffic are simulated, and no provider is called.
Sign in to the console as any of these, all with the password ${password}

${lines.join('\n')}

  API key            ${apiKey.secret}
`;
}

const nameOf = (slug: string): string => ORGANIZATIONS.find((organization) => organization.slug === slug)?.name ?? slug;
