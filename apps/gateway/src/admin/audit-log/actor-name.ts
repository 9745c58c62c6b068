/** SQL for the name of the user or management token that a column names; null of what is neither, such as the worker. */
export const actorName = (column: string): string => `coalesce(
  (SELECT u.name FROM console_user u WHERE u.id = ${column}),
  (SELECT t.name FROM management_token t WHERE t.id = ${column}))`;
