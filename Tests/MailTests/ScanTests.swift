import Testing

@testable import Mail

@Suite struct ScanTests {
    /// What the scan in C should find, written as plainly as can be.
    private func plainRun(_ bytes: [UInt8], from start: Int, lineSoFar: Int) -> TextRun {
        var at = start
        var line = lineSoFar
        var longest = 0
        while at < bytes.count {
            if bytes[at] == 0x0D || bytes[at] == 0x0A || bytes[at] == 0 {
                guard at + 2 < bytes.count, bytes[at] == 0x0D, bytes[at + 1] == 0x0A, bytes[at + 2] != 0x2E else {
                    break
                }
                longest = max(longest, line + 2)
                line = 0
                at += 2
            } else {
                line += 1
                at += 1
            }
        }
        return TextRun(end: at, longestLine: longest, tail: line)
    }

    @Test("the fast scan finds what a plain loop finds", arguments: 0..<40)
    func sameAsPlain(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters: [UInt8] = [0x0D, 0x0A, 0, 0x2E, 0x61, 0x09, 0x80, 0xFF, 0x0C, 0x0E]
        for _ in 0..<300 {
            let rare = Int.random(in: 1...40, using: &random)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...120, using: &random) {
                let isRare = Int.random(in: 0..<rare, using: &random) == 0
                if isRare, Bool.random(using: &random) { bytes += [0x0D, 0x0A] }
                bytes.append(isRare ? letters.randomElement(using: &random) ?? 0 : 0x78)
            }
            let start = Int.random(in: 0...bytes.count, using: &random)
            let first = bytes[start...].firstIndex { $0 == 0x0D || $0 == 0x0A || $0 == 0 } ?? bytes.count
            let run = bytes.span.textRun(from: start, lineSoFar: 7)
            guard bytes.span.lineBreak(from: start) == first, run == plainRun(bytes, from: start, lineSoFar: 7) else {
                Issue.record("differs from \(start) on in \(bytes)")
                return
            }
        }
    }

    @Test func everyByteAtEveryPlaceIsSeen() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<40 {
                var bytes = [UInt8](repeating: 0x41, count: 40)
                bytes[place] = byte
                let isBreak = byte == 0x0D || byte == 0x0A || byte == 0
                #expect(bytes.span.lineBreak(from: 0) == (isBreak ? place : 40))
            }
        }
    }

    @Test func aScanOfNothingFindsNothing() {
        #expect([UInt8]().span.lineBreak(from: 0) == 0)
        #expect([UInt8]().span.textRun(from: 0, lineSoFar: 3) == TextRun(end: 0, longestLine: 0, tail: 3))
        #expect([UInt8](repeating: 0, count: 3).span.lineBreak(from: 3) == 3)
    }

    @Test func aScanBeyondItsBytesTraps() async {
        await #expect(processExitsWith: .failure) { _ = [UInt8]().span.lineBreak(from: 1) }
        await #expect(processExitsWith: .failure) { _ = [UInt8]().span.textRun(from: -1, lineSoFar: 0) }
    }

    @Test func theCharacterSetsAreThoseOfTheStandards() {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        for byte in UInt8.min...UInt8.max {
            #expect(ByteSet.atext.contains(byte) == (letters + "!#$%&'*+-/=?^_`{|}~").utf8.contains(byte))
            #expect(ByteSet.domain.contains(byte) == (letters + "-").utf8.contains(byte))
            #expect(ByteSet.fieldName.contains(byte) == ((33...126).contains(byte) && byte != 58))
        }
    }
}
