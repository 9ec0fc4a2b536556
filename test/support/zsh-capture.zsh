# Prints the words that zsh offers for a command line: zsh -f zsh-capture.zsh SETUP OUT LINE
zmodload zsh/zpty || exit 3
zpty shell 'zsh -f -i'
zpty -w shell "PS1=; unsetopt zle_bracketed_paste; bindkey '^I' complete-word; zstyle ':completion:*' insert-tab false"
zpty -w shell "$1"
# compadd is the builtin that gets the words. With -O, -A or -D, it only fills arrays.
zpty -w shell "compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd \"\$@\"; return; fi
  local -a hits; builtin compadd -A hits \"\$@\"; print -rl -- \$hits >> ${(q)2}; builtin compadd \"\$@\"
}"
zpty -w shell 'leave() { exit }; comppostfuncs=(leave)'
zpty -w -n shell "$3"$'\t'
while zpty -r shell line; do :; done
