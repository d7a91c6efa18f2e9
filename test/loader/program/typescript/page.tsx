import { sleep } from "greenlift/blocking"

const element = (type: any, props: object, ...children: Array<unknown>): any =>
  typeof type === "function" ? type(props) : { type, ...props, children }

const Title = ({ text }: { text: string }) => {
  sleep(1)
  return <h1 title={text}>{text.toUpperCase()}</h1>
}

export const page = (text: string): unknown => (
  <main>
    <Title text={text} />
    {text}
  </main>
)
