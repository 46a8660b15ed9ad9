/// A command that the session refuses by itself, without asking anybody.
struct Refusal: Error {
    let reply: Reply

    init(_ reply: Reply) { self.reply = reply }

    init(_ code: UInt16, _ enhanced: EnhancedCode?, _ text: String) { reply = Reply(code, enhanced, text) }
}
