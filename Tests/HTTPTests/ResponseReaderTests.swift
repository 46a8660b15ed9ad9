import Testing

@testable import HTTP

/// Answers, whole and in pieces.
struct ResponseReaderTests {
    private static func read(_ text: String, limit: Int = 100, by size: Int = .max) throws -> HTTPResponse? {
        var reader = ResponseReader(limit: limit)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            try reader.read(piece.span)
        }
        if reader.response == nil { try reader.end() }
        return reader.response
    }

    static let bodies = [
        ("counted", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"),
        ("counted, with more behind it", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello there", "hello"),
        ("empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
        ("to the end", "HTTP/1.0 200\r\n\r\nhello", "hello"),
        (
            "in chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: x\r\n\r\n",
            "hello"
        ),
        ("behind another answer", "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello", "hello"),
        ("not there", "HTTP/1.1 204 None\r\nContent-Length: 7\r\n\r\n", ""),
    ]

    @Test("A body comes as it was sent, however its bytes come apart", arguments: bodies)
    func body(_ name: String, _ text: String, _ expected: String) throws {
        for size in [1, 2, 3, 7, .max] {
            let response = try #require(try Self.read(text, by: size))
            #expect(response.status == (name == "not there" ? 204 : 200))
            #expect(String(decoding: response.body, as: UTF8.self) == expected)
        }
    }

    @Test(
        "What is no answer is none",
        arguments: [
            "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/2 200 OK\r\n\r\n",
            "220 mx.example ESMTP\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n",
            "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\u{1}\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "HTTP/1.1 101 Upgrade\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: ResponseReader.lineBytes) + "\r\n\r\n",
        ]
    )
    func malformed(_ text: String) {
        #expect {
            _ = try Self.read(text)
        } throws: {
            guard case .malformed? = $0 as? HTTPFault else { return false }
            return true
        }
    }

    @Test(
        "A body has no more bytes than were allowed",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nhello there",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nhello there",
        ]
    )
    func tooBig(_ text: String) {
        #expect(throws: HTTPFault.tooBig(limit: 10)) { try Self.read(text, limit: 10) }
    }

    @Test func `A media type is told without its parameters`() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
        let plain = try Self.read(head + "content-type: Text/Plain; charset=utf-8\r\n\r\n")
        #expect(plain?.mediaType == "text/plain")
        #expect(try Self.read(head + "\r\n")?.mediaType == nil)
        #expect(try Self.read(head + "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n")?.mediaType == nil)
    }
}
