async function never() {
  await new Promise(() => {})
}
await never()
