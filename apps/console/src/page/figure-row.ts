/**
 * The look of a row of headline figures, hairlines between them; two abreast on a phone, the first over both.
 * @param columns the grid's columns where there is room
 */
export const figureRow = (columns: string) =>
  ({
    display: 'grid',
    gridTemplateColumns: { xs: '1fr 1fr', md: columns },
    gap: '1px',
    bgcolor: 'divider',
    border: '1px solid',
    borderColor: 'divider',
    borderRadius: 1,
    overflow: 'hidden',
    '& > :first-of-type': { gridColumn: { xs: '1 / -1', md: 'auto' } },
  }) as const;
