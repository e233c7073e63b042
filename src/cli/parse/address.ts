/** Whether a text is an IPv4 or IPv6 address, as far as docker's flags look (Go's `net.ParseIP`). */
export function isAddress(text: string): boolean {
  if (/^\d+(\.\d+){3}$/.test(text))
    return text.split(".").every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return text.includes(":") && /^[0-9a-f:.]+$/i.test(text);
}
