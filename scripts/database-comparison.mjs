export async function compareDatabases() { return []; }
