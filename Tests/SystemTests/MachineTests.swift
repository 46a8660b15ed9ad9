import Glibc
import System
import Testing

struct MachineTests {
    @Test func `The machine has a name and its files can be raised to the limit`() throws {
        #expect(!Hostname.current.isEmpty)
        let limit = try ResourceLimits.raiseOpenFiles()
        #expect(try ResourceLimits.raiseOpenFiles() == limit)
        #expect(limit >= 256)
    }

    @Test func `The monotonic clock never goes back and the wall clock is after 2024`() {
        let readings = (0..<1000).map { _ in SystemTime.monotonicNanoseconds }
        #expect(readings == readings.sorted())
        #expect(SystemTime.wallSeconds > 1_700_000_000)
        #expect(abs(SystemTime.wallNanoseconds / 1_000_000_000 - SystemTime.wallSeconds) <= 1)
    }

    @Test(arguments: [
        ("Europe/Berlin", 1_700_000_000, 3600), ("Europe/Berlin", 1_690_000_000, 7200), ("UTC", 1_690_000_000, 0),
        ("America/St_Johns", 1_700_000_000, -12600),
    ])
    func `Local time is ahead of UTC as the zone and the season say`(zone: String, at: Int64, offset: Int) async {
        // The zone belongs to the process, so each row has one of its own.
        await #expect(processExitsWith: .success) { [zone, at, offset] in
            unsafe setenv("TZ", zone, 1)
            tzset()
            #expect(SystemTime.utcOffset(at: at) == offset)
        }
    }
}
