export const usageExportEnglish = {
  open: 'Export',
  title: 'Export usage and cost',
  lead: 'By day, project, key and model, from %{first} to %{last} (%{zone}).',
  format: 'Format',
  csv: 'CSV, for spreadsheets',
  jsonl: 'JSON Lines, for programs',
  totals: 'The file will add up to',
  rows: 'Rows',
  requests: 'Requests',
  tokens: 'Tokens in / out',
  cost: 'Charged',
  download: 'Download',
};
