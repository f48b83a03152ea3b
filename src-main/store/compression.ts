import zlib from 'node:zlib';
import { failure, FailureError } from '../contract/failure.ts';

/** Name as it is written in the row. */
export type Codec = 'zstd' | 'deflate';

/** zstd came to node:zlib in Node 22.15 and 23.8. */
export const bestCodec: Codec = typeof zlib.zstdCompressSync === 'function' ? 'zstd' : 'deflate';

/** A block fits into few of these; node's own 16 KiB would make hundreds. */
const chunkSize = 524_288;

/** Both formats end with a checksum: a damaged block is noticed. */
export function compress(codec: Codec, data: Uint8Array): Uint8Array {
  if (codec === 'deflate') return zlib.deflateSync(data, { level: 4, chunkSize });
  return zlib.zstdCompressSync(data, { chunkSize, params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
}

/** Throws a `store` failure for a codec that this runtime does not have. */
export function decompress(codec: string, data: Uint8Array): Uint8Array {
  if (codec === 'deflate') return zlib.inflateSync(data, { chunkSize });
  if (codec === 'zstd' && canRead(codec)) return zlib.zstdDecompressSync(data, { chunkSize });
  throw new FailureError(
    failure(
      'store',
      'Older history was stored by a newer Halcyon and can only be read there; newer data is not affected.',
      {
        detail: `codec ${codec}`,
      },
    ),
  );
}

export const canRead = (codec: string): boolean =>
  codec === 'deflate' || (codec === 'zstd' && typeof zlib.zstdDecompressSync === 'function');
