# Installs and tests the formula on as much of Homebrew as that needs.
#
#   ruby packaging/formula-trial.rb FORMULA PREFIX   in the folder of an unpacked archive

require "fileutils"
require "pathname"

FORMULA, PREFIX = ARGV.map { |argument| Pathname(argument).expand_path }

class Pathname
  def install(*sources)
    mkpath
    sources.flatten.each do |source|
      pairs = source.is_a?(Hash) ? source : { source => File.basename(source) }
      pairs.each { |from, to| FileUtils.cp(from, self / to) }
    end
  end
end

class Formula
  SAID = Hash.new { |said, name| said[name] = [] }
  %i[desc homepage license url sha256].each do |name|
    define_singleton_method(name) { |value| SAID[name] << value }
  end
  %i[on_macos on_linux on_arm on_intel].each { |name| define_singleton_method(name) { |&block| block.call } }
  define_singleton_method(:test) { |&block| define_method(:run_test, &block) }

  { bin: "bin", man1: "share/man/man1", man7: "share/man/man7", bash_completion: "etc/bash_completion.d",
    zsh_completion: "share/zsh/site-functions", fish_completion: "share/fish/vendor_completions.d" }.each do |name, folder|
    define_method(name) { PREFIX / folder }
  end

  def testpath = PREFIX.to_s
  def version = SAID[:url].first[/igconnect-([0-9.]+)-/, 1]
  def shell_output(command) = `#{command}`
  def assert_match(part, text) = text.include?(part) || abort("#{part} is not in #{text}")
  def system(*command) = Kernel.system(*command.map(&:to_s), exception: true)
end

load FORMULA
abort "addresses and checksums differ in number" unless Formula::SAID[:url].size == Formula::SAID[:sha256].size
formula = Igconnect.new
formula.install
formula.run_test
puts "installed and tested: #{Dir[PREFIX / "**/*"].count { |file| File.file?(file) }} files"
