/** The sign of Slipway: a hull on its slip, about to move. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path class="logo-slip" d="M3 28 29 16v4L3 32z" />
      <path
        class="logo-hull"
        d="M8 20.500 25 12.700c.7 4-1.800 6.800-4.800 8.200l-7.400 3.400C10.300 25.400 8.300 23.600 8 20.500z"
      />
      <path class="logo-mast" d="M16 3v11.500M16 4.500l6 4.500-6 3.500" />
    </svg>
  );
}
