import Testing

@testable import Config

struct ShownTests {
    @Test func `A piece of a file is short and moves no terminal`() {
        #expect(Shown.text("a\u{1B}[2J\n\u{9B}b") == "a\\u{1b}[2J\\u{a}\\u{9b}b")
        #expect(Shown.text(String(repeating: "x", count: 81)) == String(repeating: "x", count: 80) + "…")
    }
}
