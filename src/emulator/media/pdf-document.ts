/**
 * A valid PDF of one page that shows a text. It has exactly `size` bytes, or more if `size` is too small for
 * a PDF.
 */
export function pdfDocument(text: string, size: number): Buffer {
  const least = assemble(text, 0).length;
  const room = size - least;
  // A comment of this length brings the PDF to its size. The comment also moves the table after it, and the
  // offset of this table may then need one more digit. So the PDF can become too long.
  const padded = assemble(text, Math.max(0, room));
  const excess = padded.length - size;
  return room > 0 && excess > 0 ? assemble(text, Math.max(0, room - excess)) : padded;
}

function assemble(text: string, padding: number): Buffer {
  const safe = text.replaceAll(/[^ -~]|[()\\]/g, '?');
  const stream = `BT /F1 18 Tf 40 780 Td (${safe}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  if (padding > 1) body += `%${' '.repeat(padding - 2)}\n`;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, 'latin1');
}
