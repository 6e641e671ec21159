/** CRC-32 as in ISO/IEC 13239 and zlib: the reflected polynomial 0xEDB88320, one table entry per byte value. */
const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** The CRC-32 of the first `length` characters of an ASCII text. */
export const crc32 = (text: string, length: number): number => {
  let crc = 0xffffffff
  for (let i = 0; i < length; i += 1) crc = (table[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
