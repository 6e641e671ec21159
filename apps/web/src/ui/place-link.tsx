import type { ComponentProps } from 'react'
import { queryOf, type Place } from '../url/place.js'
import { navigate } from '../url/use-place.js'

interface PlaceLinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  readonly to: Place
}

/** A link to another place of the page: a real one, for new tabs and for copying, that loads nothing again. */
export const PlaceLink = ({ to, onClick, ...rest }: PlaceLinkProps) => (
  <a
    {...rest}
    href={window.location.pathname + queryOf(to)}
    onClick={(event) => {
      onClick?.(event)
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      navigate(to)
    }}
  />
)
