/** A string (or number) that only a parse function can make. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
