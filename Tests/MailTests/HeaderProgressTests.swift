import Mail
import Testing

@Suite struct HeaderProgressTests {
    @Test(
        "a header's lines and bytes are counted alike however it is cut",
        arguments: [
            ("a: b\r\n\r\nbody: x\r\n", 1, 8, true), ("a: b\r\n c\r\nd : e\r\n\r\n", 3, 19, true),
            ("\r\nx: y\r\n", 0, 2, true), ("a: b\r\nno field\r\nc: d\r\n", 1, nil, true), (" a: b\r\n", 0, nil, true),
            ("a: b\r\nc: d\r\n", 2, 12, false), ("a: b\rc\r\n", 0, nil, true), ("a: \0\r\n", 0, nil, true),
            ("a\r\n", 0, nil, true), ("", 0, 0, false), ("a", 0, 1, false), ("a: b\r\n\r", 1, 7, false),
        ] as [(String, Int, Int?, Bool)]
    )
    func counts(text: String, lines: Int, bytes: Int?, isOver: Bool) {
        let input = Array(text.utf8)
        for size in 1...max(1, input.count) {
            var progress = HeaderProgress()
            var done = 0
            while done < input.count, !progress.isOver {
                let end = min(done + size, input.count)
                progress.read(input.span.extracting(done..<end))
                done = end
            }
            let seen = (progress.lines, progress.isOver)
            #expect(seen == (lines, isOver), "in pieces of \(size)")
            if let bytes { #expect(progress.bytes == bytes, "in pieces of \(size)") }
        }
    }
}
