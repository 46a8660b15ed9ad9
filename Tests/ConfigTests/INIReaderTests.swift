import Testing

@testable import Config

struct INIReaderTests {
    /// What a text says, as JSON, since that shows every type.
    private func read(_ text: String) -> String {
        let (root, _) = INIReader.read(text, path: "config/x.ini", isShipped: false)
        return JSONWriter.text(of: .section(root))
    }

    private func problems(_ text: String) -> [String] {
        INIReader.read(text, path: "config/x.ini", isShipped: false).problems.map(\.description)
    }

    @Test(arguments: [
        ("", #"{"main":{}}"#),
        ("a=1", #"{"main":{"a":"1"}}"#),
        ("a=1\nb = two words \n", #"{"main":{"a":"1","b":"two words"}}"#),
        ("[main]\na=1", #"{"main":{"a":"1"}}"#),
        ("a=1\n[main]\nb=2", #"{"main":{"a":"1","b":"2"}}"#),
        ("[s]\na=1\n[t]\nb=2\n[s]\nc=3", #"{"main":{},"s":{"a":"1","c":"3"},"t":{"b":"2"}}"#),
        (" [ s ] \na=1", #"{"main":{},"s":{"a":"1"}}"#),
        ("; a=1\n# b=2\n  ; c=3\na=1 ; not a comment", #"{"main":{"a":"1 ; not a comment"}}"#),
        ("a[]=1\na[]=2", #"{"main":{"a":["1","2"]}}"#),
        ("a=1\na[]=2", #"{"main":{"a":["1","2"]}}"#),
        ("a = one \\\n  two\\\nthree\nb=1", #"{"main":{"a":"one   twothree","b":"1"}}"#),
        ("a = one \\\n; a comment\ntwo", #"{"main":{"a":"one two"}}"#),
        ("a = one \\", #"{"main":{"a":"one"}}"#),
        ("a = one \\\n\nb=1", #"{"main":{"a":"one","b":"1"}}"#),
        ("bare\nempty=", #"{"main":{"bare":null,"empty":""}}"#),
        ("a=b=c", #"{"main":{"a":"b=c"}}"#),
        ("user@example.com=pass;word#1", #"{"main":{"user@example.com":"pass;word#1"}}"#),
        ("[example.com]\nqueue.x/y=z", #"{"main":{},"example.com":{"queue.x/y":"z"}}"#),
        ("a=1\r\nb=2\rc=3", #"{"main":{"a":"1","b":"2","c":"3"}}"#),
        ("a=1\na=2", #"{"main":{"a":"2"}}"#),
        ("[a]\n[b]", #"{"main":{},"a":{},"b":{}}"#),
        // A mark that would join the = to one character with it.
        ("a=\u{331}b", "{\"main\":{\"a\":\"\u{331}b\"}}"),
        ("a=\u{e4}\u{1F600}", "{\"main\":{\"a\":\"\u{e4}\u{1F600}\"}}"),
    ])
    func `The dialect is read as Haraka reads it`(text: String, json: String) {
        #expect(read(text) == json)
    }

    @Test(arguments: [
        ("a=1\nsome words", "config/x.ini:2: 'some words' is neither key=value nor [section] nor a comment"),
        ("[open", "config/x.ini:1: a section is written [name], not '[open'"),
        ("[]", "config/x.ini:1: a section is written [name], not '[]'"),
        ("=1", "config/x.ini:1: '=1' is neither key=value nor [section] nor a comment"),
        ("two words=1", "config/x.ini:1: 'two words=1' is neither key=value nor [section] nor a comment"),
        ("[]=1", "config/x.ini:1: a section is written [name], not '[]=1'"),
        ("a=1\n\na=2", "config/x.ini:3: a is set twice; this line replaces line 1"),
        ("[s] x\u{1B}[2J", "config/x.ini:1: a section is written [name], not '[s] x\\u{1b}[2J'"),
    ])
    func `A line that cannot be understood is told with its number`(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test func `Every key knows its line, a continued one its first and a list its own for each`() {
        let text = "a=1\nb = x \\\n y\n[s]\nc[]=1\n\nc[]=2"
        let (root, _) = INIReader.read(text, path: "config/x.ini", isShipped: true)
        let main = root["main"]?.section
        #expect(main?["a"]?.origin == Origin(path: "config/x.ini", line: 1, isShipped: true))
        #expect(main?["b"]?.origin.line == 2)
        #expect(root["s"]?.origin.line == 4)
        guard case .list(let nodes)? = root["s"]?.section?["c"]?.value else {
            Issue.record("no list")
            return
        }
        #expect(nodes.map(\.origin.line) == [5, 7])
    }

    @Test func `A section may have many thousand keys`() {
        let text = (0..<20_000).map { "user\($0)@example.com=secret" }.joined(separator: "\n")
        let (root, problems) = INIReader.read(text, path: "x", isShipped: false)
        #expect(root["main"]?.section?.keys.count == 20_000)
        #expect(problems.isEmpty)
    }
}
