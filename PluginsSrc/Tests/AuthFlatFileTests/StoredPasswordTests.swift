import AuthFlatFile
import Testing

@Suite struct StoredPasswordTests {
    /// All of "pencil"; the first with RFC 7677's salt.
    static let scram = """
        SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$\
        WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=
        """
    static let yescrypt = "$y$j75$k2XAnEHBqQ1Ct2aMXFKNa/$fZLmLKd/RQ6H4Ug0J0eKzmX/Do3uWZi.LLFzr3jAR24"
    static let sha512 = """
        $6$k2XAnEHBqQ1Ct2aM$hItKyUgOPUrJn/71x4DRmBjw2U6k/jTBjK4.o.Ivh0QMNx1QnM\
        UrMjL/hIDuWVPB6eQ9ZsvHBlX/l3RIMaRrS.
        """

    @Test("Each kind of value knows its password and no other", arguments: ["pencil", scram, yescrypt, sha512])
    func matches(_ text: String) throws {
        let stored = try StoredPassword(text)
        #expect(stored.matches(Array("pencil".utf8)))
        for other in ["", "penci", "pencils", "Pencil", "pencil\0", "pencil\n", String(repeating: "x", count: 5000)] {
            #expect(!stored.matches(Array(other.utf8)))
        }
    }

    @Test(
        "A value that looks like a hash is one or is refused",
        arguments: [
            "", "SCRAM-SHA-256$", "SCRAM-SHA-256$4096:a$b:c", "$1$abcdefgh$x", "$apr1$abcdefgh$x", "$zz$abc$d", "$6$",
            "$y$",
            "$6$abcdefgh",
            String(yescrypt.dropLast(20)),
            "\(sha512)*",
            "\(yescrypt) ",
            "a\u{1}b", "a\u{7f}", String(repeating: "x", count: 481),
        ]
    ) func refuses(_ text: String) {
        #expect(throws: StoredPassword.Wrong.self) { try StoredPassword(text) }
    }

    @Test(
        "A clear password may have any sign",
        arguments: ["$", "$$", "$ecret", "pa$$word", "$LOUD$", "a;b#c", "pass wörd", "SCRAM-SHA-256", "*", "x"]
    ) func clear(_ text: String) throws {
        let stored = try StoredPassword(text)
        #expect("\(stored)" == "a clear password")
        #expect(stored.matches(Array(text.utf8)))
    }

    @Test("A description holds nothing of the value", arguments: [scram, yescrypt, sha512, "hunter2"])
    func descriptions(_ text: String) throws {
        var dumped = ""
        let stored = try StoredPassword(text)
        dump(stored, to: &dumped)
        for said in [dumped, "\(stored)", String(reflecting: stored)] { #expect(!said.contains(text.suffix(7))) }
    }
}
