import System
import Testing

@testable import HostCore

struct LogSearchTests {
    private static let log = """
        [NOTICE] [AAAAAAAA-1111] [core] connect ip=10.0.0.1
        [NOTICE] [BBBBBBBB-2222] [core] connect ip=110.0.0.12
        [INFO] [AAAAAAAA-1111.1] [core] mail from=anna@example.com
        [INFO] [BBBBBBBB-2222.1] [core] mail from=joanna@example.com.au
        [WARN] [-] [core] too many connections from 10.0.0.1:4567.
        [NOTICE] [CCCCCCCC-3333] [core] connect ip=2001:db8::1
        [NOTICE] [AAAAAAAA-1111] [core] disconnect helo="[EMERG] [CCCCCCCC-3333] [core] uuid=BBBBBBBB-2222"
        """

    private func search(_ text: String, _ log: String = log) -> [Int] {
        let lines = log.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
        var found: [Int] = []
        LogSearch.run(text) { show in
            for line in lines { show(line.span) }
        } print: { line in
            let bytes = line.indices.map { line[$0] }
            if let index = lines.firstIndex(of: bytes) { found.append(index) }
        }
        return found
    }

    @Test(
        "An id, an address or an IP finds every line of its connections, and of no other",
        arguments: [
            ("AAAAAAAA-1111", [0, 2, 6]), ("aaaaaaaa-1111.1", [0, 2, 6]), ("AAAAAA", [0, 2, 6]), ("AAAA", []),
            ("10.0.0.1", [0, 2, 4, 6]), ("110.0.0.12", [1, 3]), ("0.0.0.1", []), ("110.0.0.1", []),
            ("anna@example.com", [0, 2, 6]), ("ANNA@Example.COM", [0, 2, 6]), ("joanna@example.com.au", [1, 3]),
            ("example.com", [0, 1, 2, 3, 6]), ("2001:DB8::1", [5]), ("2001:db8::", []), ("nobody@example.com", []),
        ] as [(String, [Int])]
    )
    func finds(_ text: String, _ expected: [Int]) {
        #expect(search(text) == expected)
    }

    @Test("A line's id is read in each format, behind any prefix, and never from what a peer sent")
    func ids() {
        let lines: [(String, String?)] = [
            ("[INFO] [A-1.2] [core] m", "A-1"),
            ("2026-11-22T14:05:09.042Z [INFO] [A-1] [p] m", "A-1"),
            ("Nov 22 14:05:09 mx haraka[812]: [CRIT] [A-1.1.2] [core] m", "A-1"),
            ("level=INFO uuid=A-1 source=core message=\"[INFO] [B-2] [x] uuid=C-3\"", "A-1"),
            ("time=2026-11-22T14:05:09.042Z level=INFO uuid=A-1.7 source=core message=\"m\"", "A-1"),
            ("Nov 22 14:05:09 mx haraka[812]: level=INFO uuid=A-1 source=core message=\"m\"", "A-1"),
            ("{\"level\":\"INFO\",\"uuid\":\"A-1.1\",\"source\":\"core\",\"message\":\"[INFO] [B-2]\"}", "A-1"),
            ("Nov 22 mx haraka[812]: {\"level\":\"INFO\",\"uuid\":\"A-1\",\"message\":\"m\"}", "A-1"),
            ("[INFO] [-] [core] m uuid=B-2", nil), ("level=INFO uuid=- source=core message=\"m\"", nil),
            ("no line of ours", nil), ("", nil),
        ]
        for (line, id) in lines { #expect(LogLineID(Array(line.utf8).span).connection == id, "\(line)") }
    }

    @Test("What one format wrote is found in each", arguments: LogFormat.allCases, [nil, 1_795_356_309_042_999_999])
    func formats(_ format: LogFormat, _ time: Int64?) {
        let mine = LogLine(.info, "m", id: "AAAA-1.1", plugin: "p", [("ip", "192.0.2.9"), ("from", "<a@b.example>")])
        let other = LogLine(
            .info,
            "m",
            id: "BBBB-2.1",
            plugin: "p",
            [("ip", "192.0.2.99"), ("from", "<aa@b.example>")]
        )
        let log = [mine, other].map { String(decoding: $0.encoded(format, time: time).dropLast(), as: UTF8.self) }
        for text in ["AAAA-1", "192.0.2.9", "a@b.example"] { #expect(search(text, log.joined(separator: "\n")) == [0]) }
    }

    @Test("Memory is bounded, and the search says when it had to leave something out")
    func bound() {
        var search = LogSearch("10.0.0.1", limit: 2)
        for id in ["A", "B", "A", "C"] { search.learn(Array("[INFO] [\(id)] [core] 10.0.0.1".utf8).span) }
        #expect(search.connectionCount == 2)
        #expect(search.isTruncated)
        let kept = search.isWanted(Array("[INFO] [B.1] [core] other".utf8).span)
        let leftOut = search.isWanted(Array("[INFO] [C.1] [core] 10.0.0.1".utf8).span)
        #expect(kept && !leftOut)
    }

    @Test("Rotated files are read oldest first; compressed ones are named")
    func archive() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "x", count: 200_000)
        try folder.write("haraka.log", "four\nfive without end")
        try folder.write("haraka.log.1", "three\n")
        try folder.write("haraka.log.2", "one\n\(long)\n")
        try folder.write("haraka.log.3.gz", "")
        let archive = LogArchive("\(folder.path)/haraka.log")
        #expect(archive.files == ["haraka.log.2", "haraka.log.1", "haraka.log"].map { "\(folder.path)/\($0)" })
        #expect(archive.unread == ["\(folder.path)/haraka.log.3.gz"])
        var lines: [String] = []
        try archive.read { line in
            lines.append(String(decoding: line.indices.map { line[$0] }, as: UTF8.self))
        }
        #expect(lines == ["one", long, "three", "four", "five without end"])
    }
}
