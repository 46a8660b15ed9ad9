// swift-tools-version: 6.2
import PackageDescription

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "haraka",
    products: [
        .library(name: "PluginABI", targets: ["PluginABI"]),
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .executable(name: "haraka", targets: ["haraka"]),
        .executable(name: "haraka-plugin", targets: ["haraka-plugin"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The contract, and how a Swift author sees it.
        .target(name: "PluginABI"),
        .target(name: "PluginKit", dependencies: ["PluginABI"]),

        // Floor 0. Pure values: no sockets, files, clocks, tasks or Foundation.
        .target(name: "CScan"),
        .target(name: "Mail", dependencies: ["CScan"]),
        .target(name: "SMTP", dependencies: ["Mail", "CScan"]),
        .target(name: "Hooks", dependencies: ["Mail"]),

        // C libraries of the system.
        .systemLibrary(name: "CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
        .systemLibrary(name: "CIDN", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CUnbound", providers: [.apt(["libunbound-dev"])]),

        // Floor 1. One piece of the outside world each.
        .target(name: "System", dependencies: ["COpenSSL"]),
        .target(name: "Config", dependencies: ["System", yams]),
        .target(name: "TLS", dependencies: ["COpenSSL", "System"]),
        .target(name: "Wire", dependencies: [nio, nioPosix, "System", "TLS"]),
        .target(name: "HTTP", dependencies: ["System", "Wire"]),
        .target(name: "DNS", dependencies: ["CIDN", "CUnbound", "System"]),
        .target(name: "Store", dependencies: ["System", grdb]),
        .target(name: "Queue", dependencies: ["Mail", "Store", "System"]),
        .target(name: "PluginHost", dependencies: ["Hooks", "Mail", "PluginABI", "CFFI", "System"]),

        // Floor 2. Delivery.
        .target(
            name: "Outbound",
            dependencies: ["DNS", "HTTP", "Mail", "Queue", "SMTP", "Store", "System", "TLS", "Wire"]
        ),

        // Floor 3. The rooms joined into a mail server.
        .target(
            name: "HostCore",
            dependencies: [
                "Config", "DNS", "HTTP", "Hooks", "Mail", "Outbound", "PluginHost", "Queue", "SMTP", "System", "TLS",
                "Wire", logging,
            ]
        ),

        // The doors.
        .executableTarget(
            name: "haraka",
            dependencies: ["HostCore", arguments],
            linkerSettings: [.unsafeFlags(["-Xlinker", "--no-export-dynamic"])]
        ),
        .executableTarget(
            name: "haraka-plugin",
            dependencies: ["PluginHost", "PluginABI", "System", "Hooks", arguments],
            linkerSettings: [.unsafeFlags(["-Xlinker", "--no-export-dynamic"])]
        ),

        .target(name: "Support", dependencies: ["System", "TLS", "Wire"], path: "Tests/Support"),
        .testTarget(name: "PluginABITests", dependencies: ["PluginABI", "System"]),
        .testTarget(name: "PluginKitTests", dependencies: ["PluginKit", "PluginABI"]),
        .testTarget(name: "MailTests", dependencies: ["Mail", "CScan"]),
        .testTarget(name: "SMTPTests", dependencies: ["SMTP", "Mail"]),
        .testTarget(name: "HooksTests", dependencies: ["Hooks", "Mail"]),
        .testTarget(name: "SystemTests", dependencies: ["Support", "System"]),
        .testTarget(name: "ConfigTests", dependencies: ["Config", "Support", "System"]),
        .testTarget(name: "TLSTests", dependencies: ["TLS", "Support", "System"]),
        .testTarget(name: "WireTests", dependencies: ["Wire", "Support", "System", "TLS"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Support", "System", "TLS", "Wire"]),
        .testTarget(name: "DNSTests", dependencies: ["DNS", "Support", "System"]),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Support", "System"]),
        .testTarget(name: "QueueTests", dependencies: ["Queue", "Mail", "Store", "Support", "System"]),
        .testTarget(
            name: "OutboundTests",
            dependencies: [
                "Outbound", "DNS", "HTTP", "Mail", "Queue", "SMTP", "Store", "Support", "System", "TLS", "Wire",
            ]
        ),
        .testTarget(
            name: "PluginHostTests",
            dependencies: ["PluginHost", "PluginABI", "Hooks", "Mail", "Support", "System"]
        ),
        .testTarget(name: "ToolTests", dependencies: ["haraka-plugin", "System"]),
        .testTarget(
            name: "HostCoreTests",
            dependencies: [
                "HostCore", "Config", "DNS", "Hooks", "Mail", "Outbound", "PluginHost", "Queue", "SMTP", "Support",
                "System", "TLS", "Wire", logging,
            ]
        ),
    ]
)

if Context.environment["HARAKA_FUZZ"] != nil {
    let fuzzers: [(name: String, rooms: [Target.Dependency])] = [
        ("Address", ["Mail", "SMTP"]), ("ClientSession", ["Mail", "SMTP"]),
        ("Config", ["Config", "PluginKit", "System"]),
        ("ELF", ["PluginHost"]),
        ("Header", ["Mail"]), ("MIME", ["Mail"]), ("PEM", ["SMTP", "TLS"]), ("ProxyHeader", ["Wire"]),
        ("ResponseReader", ["HTTP"]), ("SASL", ["SMTP"]),
        ("Scan", ["Mail"]), ("ServerSession", ["SMTP"]), ("Signature", ["Hooks", "PluginHost"]),
        ("STSPolicy", ["Outbound"]),
    ]
    // A build of everything is then one of the fuzzers.
    package.products = []
    let others: Set = ["Store", "Queue", "DNS", "Outbound", "HostCore", "Support", "haraka", "haraka-plugin"]
    package.targets.removeAll { others.contains($0.name) || $0.type == .test }
    package.targets.append(.target(name: "CFuzzer", path: "tools/fuzz/CFuzzer"))
    // What reads strangers' bytes in it needs none of the other rooms.
    let readers = ["NameBytes.swift", "STSPolicy.swift", "STSPolicyError.swift", "TextFields.swift"]
    package.targets.append(.target(name: "Outbound", path: "Sources/Outbound/Policy", sources: readers))
    package.targets += fuzzers.map {
        .executableTarget(
            name: "Fuzz\($0.name)",
            dependencies: $0.rooms + ["CFuzzer"],
            path: "tools/fuzz/\($0.name)"
        )
    }
}

if Context.environment["HARAKA_SCENARIO"] != nil {
    package.targets.append(
        .executableTarget(name: "Scenario", dependencies: ["Hooks", "Mail", "SMTP"], path: "tools/callgrind-scenario")
    )
}

if Context.environment["HARAKA_BENCH"] != nil {
    package.targets.append(
        .executableTarget(name: "BenchWireOnly", dependencies: ["Wire"], path: "tools/bench/wire-only")
    )
}

let houseRules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),  // SE-0458
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
]

let inC: Set = ["CFuzzer", "CScan", "PluginABI"]
for target in package.targets where target.type != .system && !inC.contains(target.name) {
    target.swiftSettings = houseRules
}
