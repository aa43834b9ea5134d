/** Media types of files by their extension, for uploads that name none: those that Taurus guesses. */
const typesByExtension: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'application/json': 'json',
    'application/manifest+json': 'webmanifest',
    'application/msword': 'doc dot wiz',
    'application/octet-stream': 'a bin dll exe o obj so',
    'application/pdf': 'pdf',
    'application/pkcs7-mime': 'p7c',
    'application/postscript': 'ai eps ps',
    'application/rtf': 'rtf',
    'application/vnd.apple.mpegurl': 'm3u m3u8',
    'application/vnd.ms-excel': 'xls xlb',
    'application/vnd.ms-powerpoint': 'ppt pot ppa pps pwz',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/wasm': 'wasm',
    'application/x-pkcs12': 'p12 pfx',
    'application/x-sh': 'sh',
    'application/x-shockwave-flash': 'swf',
    'application/x-tar': 'tar tgz',
    'application/x-tex': 'tex',
    'application/x-x509-ca-cert': 'crt pem',
    'application/xml': 'xsl rdf wsdl xpdl',
    'application/zip': 'zip',
    'audio/basic': 'au snd',
    'audio/mpeg': 'mp3 mp2',
    'audio/ogg': 'ogg opus',
    'audio/x-wav': 'wav',
    'image/bmp': 'bmp',
    'image/gif': 'gif',
    'image/heic': 'heic',
    'image/jpeg': 'jpg jpeg jpe',
    'image/png': 'png',
    'image/svg+xml': 'svg',
    'image/tiff': 'tif tiff',
    'image/vnd.microsoft.icon': 'ico',
    'image/webp': 'webp',
    'message/rfc822': 'eml mht mhtml nws',
    'text/css': 'css',
    'text/csv': 'csv',
    'text/html': 'html htm',
    'text/javascript': 'js mjs',
    'text/markdown': 'md',
    'text/plain': 'txt bat c h ksh pl text',
    'text/tab-separated-values': 'tsv',
    'text/x-python': 'py',
    'text/x-vcard': 'vcf',
    'text/xml': 'xml',
    'video/mp4': 'mp4',
    'video/mpeg': 'mpeg mpg mpe m1v mpa',
    'video/quicktime': 'mov qt',
    'video/webm': 'webm',
    'video/x-msvideo': 'avi',
  }).flatMap(([type, extensions]) => extensions.split(' ').map((extension) => [extension, type])),
);

/** Of a file's path; `application/octet-stream` when its extension says nothing. */
export function mediaTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  const extension = dot <= 0 ? '' : name.slice(dot + 1);
  return (
    (Object.hasOwn(typesByExtension, extension) ? typesByExtension[extension] : null) ?? 'application/octet-stream'
  );
}
