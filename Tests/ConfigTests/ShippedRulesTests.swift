import Config
import Testing

struct ShippedRulesTests {
    private static let shipped = """
        ; Where mail goes. Note: a = b in prose is no key.
        create=false
        ; catch_all = postmaster
        depth = 3
        ;umask=77
        path=mail/
        list[]=a

        [quota]
        ; enabled = no

        [aliases]
        """

    private func problems(_ text: String, shipped: String = shipped, strict: Bool = false) -> [Problem] {
        ConfigSnapshot(texts: ["maildir.ini": text], shipped: ["maildir.ini": shipped])
            .validateAgainstShipped("maildir.ini", strict: strict)
    }

    @Test(arguments: [
        (
            "# mine\n\ncreate=ture",
            "config/maildir.ini:3: create must be true or false (also yes, no, on, off, 1, 0), not 'ture'"
        ),
        ("depth=deep", "config/maildir.ini:1: depth must be a whole number, not 'deep'"),
        ("umask=x", "config/maildir.ini:1: umask must be a whole number, not 'x'"),
        (
            "[quota]\nenabled=maybe",
            "config/maildir.ini:2: enabled in [quota] must be true or false (also yes, no, on, off, 1, 0), not 'maybe'"
        ),
    ])
    func `A value of another form than the default is an error`(text: String, sentence: String) {
        #expect(problems(text).map(\.description) == [sentence])
        #expect(problems(text).map(\.severity) == [.error])
    }

    @Test(arguments: [
        ("craete=true", "config/maildir.ini:1: craete is not a known key; did you mean create?"),
        ("catchall=x", "config/maildir.ini:1: catchall is not a known key; did you mean catch_all?"),
        ("[qouta]\nenabled=no", "config/maildir.ini:1: [qouta] is not a known section; did you mean quota?"),
        ("a=1", "config/maildir.ini:1: a is not a known key"),
    ])
    func `A name that the default does not know is a warning, or an error if strict`(text: String, sentence: String) {
        #expect(problems(text).map(\.description) == [sentence])
        #expect(problems(text).map(\.severity) == [.warning])
        #expect(problems(text, strict: true).map(\.severity) == [.error])
    }

    @Test(arguments: [
        "create=on\ncatch_all=anybody\ndepth=-1\numask=0\npath=anything\nlist[]=b\n[quota]\nenabled=YES",
        "create=", "create", "[aliases]\nanything=goes\nand=more", "path=1", "path=true", "",
    ])
    func `What the default allows is allowed`(text: String) {
        #expect(problems(text).map(\.description) == [])
    }

    @Test func `A section header in a comment says that sections of any name may be made`() {
        let shipped = "port=25\n; [example.com]\n; host = a\n"
        #expect(problems("[x.org]\nhost=b\nport=1", shipped: shipped).isEmpty)
        #expect(problems("[x.org]\nport=b", shipped: shipped).count == 1)
        #expect(problems("[x.org]\nhots=b", shipped: shipped).map(\.fix) == ["did you mean host?"])
    }

    @Test func `Without a default, or one that says nothing, nothing is said`() {
        let snapshot = ConfigSnapshot(texts: ["other.ini": "a=b"], shipped: ["maildir.ini": "a=1"])
        #expect(snapshot.validateAgainstShipped("other.ini").isEmpty)
        #expect(problems("a=b", shipped: "; nothing to set\n").isEmpty)
    }
}
