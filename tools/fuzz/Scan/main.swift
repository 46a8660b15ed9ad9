import CFuzzer

@testable import Mail

/// A buffer on the heap of exactly so many bytes, so that a look behind it is seen.
@safe struct Exact: ~Copyable {
    private let memory: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        unsafe memory = .allocate(capacity: bytes.count)
        _ = unsafe memory.initialize(from: bytes)
    }

    deinit { unsafe memory.deallocate() }

    func lineBreak(from start: Int) -> Int {
        unsafe Span(_unsafeElements: UnsafeBufferPointer(memory)).lineBreak(from: start)
    }

    func textRun(from start: Int, lineSoFar: Int) -> TextRun {
        unsafe Span(_unsafeElements: UnsafeBufferPointer(memory)).textRun(from: start, lineSoFar: lineSoFar)
    }
}

func isBreak(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A || byte == 0 }

/// What ``Span/textRun(from:lineSoFar:)`` is documented to say, one byte at a time.
func plainRun(_ bytes: ArraySlice<UInt8>, from start: Int, lineSoFar: Int) -> TextRun {
    var (at, longest, line) = (start, 0, lineSoFar)
    while at < bytes.endIndex {
        if !isBreak(bytes[at]) {
            at += 1
            line += 1
            continue
        }
        guard at + 2 < bytes.endIndex, bytes[at] == 0x0D, bytes[at + 1] == 0x0A, bytes[at + 2] != UInt8(ascii: ".")
        else { break }
        longest = max(longest, line + 2)
        line = 0
        at += 2
    }
    return TextRun(end: at, longestLine: longest, tail: line)
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let before = Int(input[0])
    let text = input.dropFirst()
    for length in 0...text.count {
        let bytes = ArraySlice(Array(text.prefix(length)))
        let exact = Exact(bytes)
        for start in 0...length {
            let expected = bytes[start...].firstIndex(where: isBreak) ?? length
            precondition(exact.lineBreak(from: start) == expected, "the first break is found")
            let run = plainRun(bytes, from: start, lineSoFar: before)
            precondition(exact.textRun(from: start, lineSoFar: before) == run, "a run is what it should be")
        }
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
