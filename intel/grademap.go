package intel

import (
	"slices"
	"strings"
)

// The maps between the schemes (doctrine, section 8). No official concordance
// exists: they never raise a grade, and the native code is always shown
// beside what a map gives. A star marks a loss; +doubt says that the code
// cannot tell how little is believed, so that a condition must travel with it.
//
// Columns: admiralty, 4x4, 5x5x5, 3x5x2.

var sourceMap = map[Scheme]map[string][4]string{
	Admiralty: {
		"A": {"A", "A", "A", "1*"},
		"B": {"B", "B", "B", "1"},
		"C": {"C", "C*", "C", "2*"},
		"D": {"D", "C*", "D*", "3*"},
		"E": {"E", "C", "D", "3"},
		"F": {"F", "X", "E", "2"},
	},
	FourByFour: {
		"A": {"A", "A", "A", "1*"},
		"B": {"B", "B", "B", "1"},
		"C": {"E*", "C", "D*", "3"},
		"X": {"F", "X", "E", "2"},
	},
	FiveByFive: {
		"A": {"A", "A", "A", "1*"},
		"B": {"B", "B", "B", "1"},
		"C": {"C", "C*", "C", "2*"},
		"D": {"E", "C", "D", "3"},
		"E": {"F", "X", "E", "2"},
	},
	ThreeByFive: {
		"1": {"B*", "B*", "B*", "1"},
		"2": {"F", "X", "E", "2"},
		"3": {"E*", "C", "D", "3"},
	},
}

var infoMap = map[Scheme]map[string][4]string{
	Admiralty: {
		"1": {"1", "3*", "3*", "B*"},
		"2": {"2", "3*", "3*", "B*"},
		"3": {"3", "4*", "4*", "C*"},
		"4": {"4", "4*+doubt", "4*", "D*+doubt"},
		"5": {"5", "4*+doubt", "5*", "E*"},
		"6": {"6", "4*", "4", "D"},
	},
	FourByFour: {
		"1": {"2*", "1", "1", "A*"},
		"2": {"3*", "2", "2", "A"},
		"3": {"2*", "3", "3", "B"},
		"4": {"6", "4", "4", "C"},
	},
	FiveByFive: {
		"1": {"2*", "1", "1", "A*"},
		"2": {"3*", "2", "2", "A"},
		"3": {"2*", "3", "3", "B"},
		"4": {"6", "4", "4", "D"},
		"5": {"5*", "4*+doubt", "5", "E"},
	},
	ThreeByFive: {
		"A": {"3*", "2", "2", "A"},
		"B": {"2*", "3", "3", "B"},
		"C": {"6", "4", "4", "C"},
		"D": {"6", "4", "4", "D"},
		"E": {"5*", "4*+doubt", "5", "E"},
	},
}

// doubtMap is for beliefs that were lowered by a condition beside a code that
// cannot say them.
var doubtMap = map[Belief][4]string{
	BeliefDoubtful:   {"4", "4*+doubt", "4*+doubt", "D*+doubt"},
	BeliefImprobable: {"5", "4*+doubt", "5*", "E*"},
	BeliefFalse:      {"5*", "4*+doubt", "5", "E"},
}

// As gives the codes of another scheme. lossy says that they tell less than
// the native grade; doubt, that [DoubtText] must go with them as a condition,
// without which a doubtful information would come back as one not judged.
// A grading that was never set, or a scheme that is not known, gives nothing.
func (g Grading) As(to Scheme) (source, info string, lossy, doubt bool) {
	column := slices.Index(Schemes, to)
	sources, ok := sourceMap[g.Scheme][g.Source]
	if column < 0 || !ok || infoMap[g.Scheme][g.Info] == [4]string{} {
		return "", "", false, false
	}
	source, lost, _ := cell(sources[column])
	info, lossy, doubt = cell(g.infoCell(column))
	return source, info, lossy || lost, doubt
}

func (g Grading) infoCell(column int) string {
	native := natives[g.Scheme][g.Info]
	row := infoMap[g.Scheme][g.Info]
	switch {
	case g.Belief != "" && g.Belief != native.belief && slices.Contains(doubts, g.Belief):
		if Schemes[column] == g.Scheme { // the code stays; it still cannot say the doubt
			return g.Info + "+doubt"
		}
		return g.atMost(doubtMap[g.Belief][column], row[column], Schemes[column])
	case Schemes[column] == Admiralty && native.belief == BeliefCertain && g.Corroboration == CorroborationIndependent:
		return "1"
	}
	return row[column]
}

// atMost keeps the lower of two cells, the first if they are equal.
func (g Grading) atMost(a, b string, scheme Scheme) string {
	ac, _, _ := cell(a)
	bc, _, _ := cell(b)
	if infoRank(scheme, bc) < infoRank(scheme, ac) {
		return b
	}
	return a
}

// infoRank orders the codes of one scheme by the belief that they say.
func infoRank(scheme Scheme, code string) int {
	order := []Belief{BeliefFalse, BeliefImprobable, BeliefDoubtful, BeliefUnjudged, BeliefPossible, BeliefProbable, BeliefCertain}
	return slices.Index(order, natives[scheme][code].belief)
}

func cell(s string) (code string, lossy, doubt bool) {
	s, doubt = strings.CutSuffix(s, "+doubt")
	s, lossy = strings.CutSuffix(s, "*")
	return s, lossy, doubt
}
