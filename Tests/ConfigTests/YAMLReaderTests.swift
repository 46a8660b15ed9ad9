import Testing

@testable import Config

struct YAMLReaderTests {
    @Test(arguments: [
        (
            "a: 1\nb: yes\nc: true\nd: 'true'\ne: 1.5\nf: ~\ng:",
            #"{"a":1,"b":"yes","c":true,"d":"true","e":1.5,"f":null,"g":null}"#
        ),
        (
            "main:\n  listen:\n    - 127.0.0.1:25\n    - \"[::1]:25\"",
            #"{"main":{"listen":["127.0.0.1:25","[::1]:25"]}}"#
        ),
        ("'!smtp.ini':\n  main: {nodes: 4}", #"{"!smtp.ini":{"main":{"nodes":4}}}"#),
        ("- a\n- 0123\n- 1.2.3.4\n- 2024-01-01\n- -5", #"["a",123,"1.2.3.4","2024-01-01",-5]"#),
        ("base: &b {x: 1}\nother: *b", #"{"base":{"x":1},"other":{"x":1}}"#),
        ("", "{}"),
    ])
    func `YAML is read by the core schema`(text: String, json: String) throws {
        #expect(JSONWriter.text(of: try YAMLReader.read(text, path: "x", isShipped: false).value) == json)
    }

    @Test func `A fault is told with its line, and so is a key that is there twice`() {
        for (text, line) in [("a: 1\nb: [", 3), ("a: 1\n\nb: 2\na: 3", 1), ("a: *nobody", 1)] {
            let fault = #expect(throws: JSONReader.Fault.self) {
                _ = try YAMLReader.read(text, path: "x", isShipped: false)
            }
            #expect(fault?.line == line, "\(text): \(String(describing: fault))")
        }
    }

    @Test func `Aliases that would grow without bound are refused`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let inner = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(inner)]\n"
        }
        #expect(throws: JSONReader.Fault.self) { _ = try YAMLReader.read(text, path: "x", isShipped: false) }
    }

    @Test func `A tower of brackets is refused`() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONReader.Fault.self) { _ = try YAMLReader.read(text, path: "x", isShipped: false) }
    }
}
